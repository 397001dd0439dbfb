/**
 * What the error page does: asks for itself again when the project has changed since it was made. Where
 * it stands is told by the feed (changeFeed.ts) whenever a connection to it is made, so that no change
 * is missed, and none counts twice.
 *
 * A page that nobody sees is not connected: browsers allow six connections to a server for all pages
 * together.
 */
export const SCRIPT = `
"use strict";
const { feed, server, started, method } = document.body.dataset;
const state = document.getElementById("state");
const again = document.getElementById("again");
const RETRY_MS = 1000;
let source, timer;

function say(text, isLive) {
  state.textContent = text;
  state.className = isLive ? "live" : "";
}

function disconnect() {
  clearTimeout(timer);
  if (source) source.close();
  source = undefined;
}

function connect() {
  disconnect();
  if (document.hidden) return;
  source = new EventSource(feed);
  source.addEventListener("state", (event) => {
    const now = JSON.parse(event.data);
    if (now.server !== server || now.changedMs > Number(started)) renew();
    else say(method === "GET" ? "reloads by itself when a file is saved" : "waits for a change", true);
  });
  source.onerror = () => {
    say("the server is away; trying again");
    disconnect();
    timer = setTimeout(connect, RETRY_MS);
  };
}

function renew() {
  disconnect();
  if (method === "GET") return location.reload();
  // Other requests may do something: whether to send them again is not for a page to decide.
  say("the project has changed", true);
  again.hidden = false;
}

again.addEventListener("click", () => location.reload());
document.addEventListener("visibilitychange", connect);
addEventListener("pagehide", disconnect);
addEventListener("pageshow", (event) => { if (event.persisted) connect(); });
document.addEventListener("click", async ({ target }) => {
  const text = target.dataset && target.dataset.copy;
  if (!text) return;
  const label = target.textContent;
  try {
    await navigator.clipboard.writeText(text);
    target.textContent = "copied";
    setTimeout(() => { target.textContent = label; }, 1200);
  } catch {
    // No clipboard without HTTPS on other machines: then it is shown for copying by hand.
    target.textContent = text;
  }
});
connect();
`;
