"""One file a command. Each is pure: (case file, command, library, now) -> Move; nothing is kept here."""
