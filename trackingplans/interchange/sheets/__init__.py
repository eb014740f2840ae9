"""Sheets of any make: rows out of CSV and XLSX files, columns mapped to what a plan can say."""
