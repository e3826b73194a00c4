"""The mathematics under the ratings: cells, the likelihood and its optimum, its sandwich, its profile."""
