"""The screens, one module each; what all have is in base.py, what forms share in form.py."""
