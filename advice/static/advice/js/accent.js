// Beside the colour in words, in the admin: the browser's own chooser. Each follows the other.
for (const chooser of document.querySelectorAll("input[data-accent]")) {
  const words = document.getElementById(chooser.dataset.accent);
  const follow = () => {
    if (/^#[0-9a-f]{6}$/i.test(words.value)) chooser.value = words.value;
  };
  chooser.hidden = false;
  chooser.addEventListener("input", () => { words.value = chooser.value; });
  words.addEventListener("input", follow);
  follow();
}
