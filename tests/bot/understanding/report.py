"""`make understanding`: how much of the sentences is understood, and what of those that may be looked at is not."""

from collections.abc import Sequence

from tests.bot.understanding.sentences import FOLDER, KEYS, MAIN_KEYS, Sentence, sentences, share_right


def main() -> None:
    """Print the report."""
    everything = sentences()
    open_ones = [one for one in everything if not one.held_out]
    for sentence in open_ones:
        if not sentence.right(KEYS):
            print(_difference(sentence))
    print(f"\n{'':<28}{'sentences':>10}{'intent, category, date':>26}{'all seven keys':>18}")
    for file in sorted(FOLDER.glob("*.tsv")):
        _row(file.stem, sentences(file.stem))
    _row("open", open_ones)
    _row("held out", [one for one in everything if one.held_out])
    _row("all", everything)
    for key in KEYS:
        print(f"{'only ' + key:<28}{'':>10}{share_right(everything, [key]):>26.1%}")


def _row(name: str, among: Sequence[Sentence]) -> None:
    shares = f"{share_right(list(among), MAIN_KEYS):>26.1%}{share_right(list(among), KEYS):>18.1%}"
    print(f"{name:<28}{len(among):>10}{shares}")


def _difference(sentence: Sentence) -> str:
    read = sentence.read
    wrong = [
        f"{key}: {read[key]} for {sentence.expected[key]}"
        for key in KEYS
        if read[key] != sentence.expected[key]
    ]
    return f"{sentence.text}\n    {'; '.join(wrong)}"


if __name__ == "__main__":
    main()
