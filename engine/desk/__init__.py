"""The front door of the engine: one method a command or question, one transaction a method.

Faces, the worker and drills use nothing else. Who may do it is asked before anything is read out; what a
command changes is kept in one commit; every read of a case is an entry of the trail.
"""

from engine.desk.base import Editions
from engine.desk.corrections import Corrections
from engine.desk.pages import Pages
from engine.desk.questions import Questions
from engine.desk.rota import WhoIsHere

__all__ = ["Desk", "Editions"]


class Desk(Corrections, Questions, Pages, WhoIsHere):
    """Commands and questions. Made once by the composition root; holds no state but compiled editions."""
