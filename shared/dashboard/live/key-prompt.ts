import { h } from "../parts/element.ts";

/** Asked where the API answers 401. The key goes nowhere but into the session of this tab. */
export function keyPrompt(unlock: (key: string) => void): HTMLElement {
  const input = h("input", { id: "key", type: "password", autocomplete: "off", required: true });
  return h(
    "form",
    {
      class: "card key",
      onsubmit: (event) => {
        event.preventDefault();
        const key = input.value.trim();
        if (key === "") return;
        input.value = "";
        unlock(key);
      },
    },
    h("h2", {}, "This installation asks for its key"),
    h("p", {}, "A key of the function app (App keys in the portal). It is kept until this tab is closed."),
    h("label", { for: "key" }, "Function key"),
    input,
    h("button", { type: "submit", class: "primary" }, "Open"),
    h("p", {}, "With Entra sign-in instead: ", h("a", { href: signIn() }, "sign in"), "."),
  );
}

function signIn(): string {
  return `/.auth/login/aad?post_login_redirect_uri=${encodeURIComponent(location.pathname)}`;
}
