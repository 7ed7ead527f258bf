"""How a process is watched beside its logs and metrics: a call's one line, traces, and the metrics' port."""
