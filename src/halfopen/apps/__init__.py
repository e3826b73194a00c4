"""Entry points: what starts halfopen, reads its settings and puts its parts together."""
