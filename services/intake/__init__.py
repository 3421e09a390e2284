"""Takes complaints in, however a citizen can reach the province, and keeps the public timeline."""
