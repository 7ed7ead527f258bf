"""The courts of these tests and their people, whom the profile must know to prove who they are."""

from stack.client_profile import Office
from stack.papers import Court
from stack.partner_steps import APPLYING

RESTORING = Court("苏0199", "示例市第五人民法院", "025-0000 0005")
IMPORTING = Court("浙0199", "示例市第六人民法院", "0571-0000 0006")
ANOTHER = Court("粤0199", "示例市第七人民法院", "020-0000 0007")
ASKED = Court("川0199", "示例市第八人民法院", "028-0000 0008")
REFUSING = Court("鲁0199", "示例市第九人民法院", "0531-0000 0009")
SECOND_CLERK = "clerk-second"

COURT_FILE = """
[[courts]]
code = "{court.code}"
name = "{court.name}"
contact = "{court.contact}"
officers = [
  {{ person = "{court.clerk}", name = "测试书记员", role = "clerk" }},
  {{ person = "{court.judge}", name = "测试法官", role = "judge" }},
  {{ person = "{court.president}", name = "测试院长", role = "president" }},
]
"""
"""A court in the file of `init`: to be formatted with `court`."""

PEOPLE = (
    *(
        Office(person, role, court.code)
        for court in (RESTORING, IMPORTING, ANOTHER, ASKED, REFUSING)
        for person, role in (
            (court.clerk, "clerk"),
            (court.judge, "judge"),
            (court.president, "president"),
        )
    ),
    Office(SECOND_CLERK, "clerk", IMPORTING.code),
    Office(ASKED.auditor, "auditor", ASKED.code),
    Office(REFUSING.auditor, "auditor", REFUSING.code),
    Office(REFUSING.reviewer, "reviewer", REFUSING.code),
)
PARTNERS = (APPLYING,)
