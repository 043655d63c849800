"""Structural gravity: what borders, agreements and sanctions did to trade, estimated from panels."""
