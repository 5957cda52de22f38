"""What people may ask: reads a case file or rows, cuts to what the person may see, gives views."""
