"""The well-known claims about open and closed models, each a small program over the catalog with its verdict today."""
