"""Whom or what facts are about: current facts, links, and the identity vault kept apart."""
