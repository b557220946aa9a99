// The minus and plus beside a number change it in place. Without this file they are links that do the same.

for (const link of document.querySelectorAll("[data-step]")) {
  const number = link.parentElement.querySelector("input");
  link.setAttribute("role", "button");
  link.addEventListener("click", (event) => {
    event.preventDefault();
    if (link.dataset.step > 0) number.stepUp();
    else number.stepDown();
  });
  link.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    link.click();
  });
}
