"""Fills a database with as many invented cases as a country has: `isange seed`."""
