"""What stands above the answers: titles, the program that wrote them, the ids."""
