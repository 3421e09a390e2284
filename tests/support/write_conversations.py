"""Write the outcomes of the conversations anew, to be reviewed as a difference."""

from tests.support.conversation_player import Player
from tests.support.conversations import FILE, scenes


def main() -> None:
    """Play every scene and write the file with what came out."""
    head = [line for line in FILE.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    told = ["\n".join([f"== {scene.title}", *Player().play(scene)]) for scene in scenes()]
    FILE.write_text("\n".join(head) + "\n\n" + "\n\n".join(told) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
