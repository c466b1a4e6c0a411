"""What is: tables of columns, only declarations."""
