"""How far a judge can be believed: its agreement with people, its biases, and its verdicts corrected by a few labels.

from halfopen.ratings.judges import against, biases, corrected_ratings, corrected_share, kappa

agreement          Cohen's kappa and Krippendorff's alpha, with intervals from a clustered bootstrap
bias               what the first place, or length, is worth to a judge; what becomes of verdicts with sides swapped
corrected          a judge's win rate, corrected by people's labels on a part (prediction-powered inference)
corrected_ratings  the same for a whole table of ratings
"""

from halfopen.ratings.judges.agreement import Paired, against, alpha, kappa, same
from halfopen.ratings.judges.bias import Bias, Swapped, beyond, biases, swapped
from halfopen.ratings.judges.corrected import WORTH, Corrected, corrected_share
from halfopen.ratings.judges.corrected_ratings import CorrectedRatings, corrected_ratings

__all__ = [
    "WORTH",
    "Bias",
    "Corrected",
    "CorrectedRatings",
    "Paired",
    "Swapped",
    "against",
    "alpha",
    "beyond",
    "biases",
    "corrected_ratings",
    "corrected_share",
    "kappa",
    "same",
    "swapped",
]
