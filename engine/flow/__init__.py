"""Runs diagrams on SpiffWorkflow, and is the only part that may import it.

A diagram is compiled to SpiffWorkflow's own task specs from the values of `library.Diagram`, element by
element: SpiffWorkflow never sees a file, so neither layout, nor nesting depth, nor an element outside the
house profile can reach it. Four things are ours instead of stock, each for a reason (engine.md, decision 26):
no step is predicted (state stays small and a 600-step sequence costs what a short one does), finished
history is pruned, the state is written without spec and without data, for facts live in the case, and steps
and events happen one at a time in the order of the drawing.

The flow asks the case through `Context`; it knows no rule, no store and no clock.
"""

from engine.flow.contract import Context, FlowError, Place, Places, ReadyTask, SetTimer, Standing
from engine.flow.running import Flows
from engine.flow.steps import CaseWorkflow

__all__ = ["CaseWorkflow", "Context", "FlowError", "Flows", "Place", "Places", "ReadyTask", "SetTimer", "Standing"]
