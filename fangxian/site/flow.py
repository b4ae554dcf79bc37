"""The table of what follows what. A record goes through ``STEPS`` in its transaction; the rest hangs on the commit.

``record()`` for one submission or ten thousand, the importer, the field app's sync, the console's button and the turn
of the day all go through the same steps, each set-wise.
"""

from __future__ import annotations

from typing import Final

from fangxian.decide import consequences, relocation
from fangxian.decide import steps as decide
from fangxian.intake import lightening, outvoted, unreached
from fangxian.journal import checks
from fangxian.journal import steps as journal
from fangxian.journal.work import Step
from fangxian.subjects import steps as subjects
from fangxian.tasks import directed
from fangxian.tasks import relocation as task_relocation
from fangxian.tasks import steps as tasks

STEPS: Final[tuple[Step, ...]] = (
    subjects.hold_shared,            # households named wait for what is decided about their people
    subjects.lock,                   # take the subjects, in id order
    journal.leave_out_repeated,      # what is in the journal already is not recorded twice
    checks.leave_out_other_kinds,    # a form is about subjects of its programme's kind
    directed.leave_out_other_tasks,  # and fills the task that asks for it
    journal.leave_out_overtaken,     # an entry is corrected once, and only while it stands
    subjects.leave_out_unseen,       # who shares a household is said by those who see them
    subjects.leave_out_made_up,      # nobody real is tied to somebody of a drill
    subjects.leave_out_unreachable,  # nor about whom, or to where, one does not reach
    journal.leave_out_unfounded,     # and what is not recorded is not corrected
    subjects.make_missing,           # subjects nobody knew yet
    journal.append_submissions,      # seal what is personal, append
    subjects.keep_identity,          # who they are, into the vault
    subjects.make_links,             # household, journey, who infected whom
    subjects.fold,                   # current facts
    subjects.keep_numbers,           # what awaits a reply under which number, and what has one
    subjects.place,                  # where they belong now
    relocation.follow,               # decisions go along
    task_relocation.follow,          # open tasks go along
    lightening.notice,               # whose measure becomes lighter by what was told
    decide.decide,                   # tables over facts: measure, until when, why
    lightening.notice_let_go,        # who is let go before there was anything to let go from
    outvoted.tell,                   # what would weigh more if it counted, to the levels above
    consequences.entail,             # what follows for linked subjects, in the next round
    unreached.tell_unreached,        # whom it does not reach, as only another programme knows them
    tasks.reconcile,                 # close, void, open, assign, alert
)                                    # then one link of the chain, and the commit
