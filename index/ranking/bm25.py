"""The parameters of BM25 that all engines share.

Measured on the development sets: a second occurrence of a term in a paragraph says little, and a long paragraph
matches too easily. k1 = 2.0 loses two points of recall@1.
"""

K1 = 0.3
B = 0.8
