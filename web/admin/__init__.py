"""The administrator's pages: people, their roles and sessions, and centres. They never show anything of a case."""
