"""What law and protocol say, evaluated: parameters, derived facts, tables, duties, clocks, schedules. Pure."""
