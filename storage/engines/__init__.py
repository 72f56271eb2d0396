"""Where line items live and are summed. Each engine is one file; the planner picks; nothing else knows which it was."""
