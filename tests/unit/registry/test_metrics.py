from chassis.metrics import registry_of
from registry.importing.steps import ImportStep
from registry.metrics import ImportStepCounts


def test_stations_of_imports_are_counted_and_handed_on() -> None:
    handed_on: list[ImportStep] = []
    steps = ImportStepCounts(handed_on.append)
    shown = registry_of(steps.collectors())
    passed = [ImportStep.JUDGED, ImportStep.KEPT, ImportStep.JUDGED]
    for step in passed:
        steps(step)
    assert handed_on == passed
    assert shown.get_sample_value("courtlist_import_steps_total", {"step": "judged"}) == 2
    assert shown.get_sample_value("courtlist_import_steps_total", {"step": "kept"}) == 1
