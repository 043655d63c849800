"""What a client would lose if partners left: findings of the model of world trade, kept with the rows they rest on."""
