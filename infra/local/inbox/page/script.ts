/** The page's own code: asks for what is new and puts it on top, without moving what is being read. */
export const SCRIPT = `
"use strict";
const state = document.getElementById("state");
let last = Number(document.body.dataset.last);

function insert(section, articles) {
  if (articles === "") return;
  const list = section.querySelector(".list");
  const before = list.scrollHeight;
  list.insertAdjacentHTML("afterbegin", articles);
  if (list.scrollTop > 0) list.scrollTop += list.scrollHeight - before;
  section.querySelector(".count").textContent = list.querySelectorAll("article").length;
}

function tell({ mode }, refused) {
  const plays = { ok: "", down: "503", 429: "429" }[mode];
  state.textContent = plays === "" ? "" : "The stand-ins answer " + plays + ": " + refused + " refused so far.";
}

async function refresh() {
  try {
    const response = await fetch("/_inbox/news?after=" + last);
    const { lastId, behaviour, refused, articles } = await response.json();
    // Fewer than before: the inbox was started anew.
    if (lastId < last) return location.reload();
    for (const section of document.querySelectorAll("section")) insert(section, articles[section.dataset.channel]);
    last = lastId;
    tell(behaviour, refused);
  } catch {
    state.textContent = "The inbox does not answer: is it still running?";
  }
  setTimeout(refresh, 2000);
}

setTimeout(refresh, 2000);
`;
