"""`python -m manual`: write every page that is made from the code again, and say which changed."""

from manual.made import write_all

if __name__ == "__main__":
    for name in write_all():
        print(f"docs/{name}")
