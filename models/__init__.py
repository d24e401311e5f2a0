"""The pure core of Parallax: values in, values out.

No Kafka, no Faust, no clock, no environment and no files written. What a function needs to know it takes as an
argument.
"""
