"""The machines' face: FastAPI under /api/v1, hand-written shapes, RFC 9457 problems."""
