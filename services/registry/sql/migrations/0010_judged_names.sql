-- Which spellings a court has looked into: what a judge found rightly bound is not put before her again.

CREATE TABLE misfit_name (
    -- The task that was open when the name came.
    task_id uuid NOT NULL REFERENCES task,
    document_id uuid NOT NULL REFERENCES document,
    -- A keyed digest of the name's words beside this document: it can be recognised, not read.
    spelling bytea NOT NULL CHECK (octet_length(spelling) = 16),
    -- Where the judge found the document rightly bound; null while nobody has.
    judged_position bigint,
    PRIMARY KEY (document_id, spelling, task_id)
);
CREATE INDEX misfit_name_of_task ON misfit_name (task_id);
