"""Fangxian (防线): the working system of a county that keeps an outbreak out."""

__version__ = "0.1.0"
