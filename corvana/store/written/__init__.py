"""Reading and writing what assessors wrote, one file for each table or group of tables."""
