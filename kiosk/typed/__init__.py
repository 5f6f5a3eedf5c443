"""What people type and what they mean by it: goods, quantities, searches of the ledger."""
