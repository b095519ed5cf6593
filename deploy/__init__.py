"""What runs the product: the sandbox on one machine, and examples for real ones. The product
imports nothing of it.
"""
