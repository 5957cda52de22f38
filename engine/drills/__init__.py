"""Drills: Gherkin scenarios that walk a pathway over the real Desk with a clock of their own."""

from engine.drills.problems import Unreadable
from engine.drills.report import DrillResult, Report
from engine.drills.run import run_drills, vocabulary_of

__all__ = ["DrillResult", "Report", "Unreadable", "run_drills", "vocabulary_of"]
