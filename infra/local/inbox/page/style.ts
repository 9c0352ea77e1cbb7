/** The looks of Teams and of Slack, near enough to judge a message by. */
export const STYLE = `
:root { color-scheme: light dark; --page: #f5f5f5; --panel: #fff; --text: #242424; --soft: #616161; --line: #e0e0e0; --link: #4f52b2;
  --emphasis: #f0f0f0; --attention: #fbe9ea; --warning: #fdf2e2; --good: #e7f2e3; --accent: #ebebf9; --fault: #a4262c; --code: #f8f8f8; --code-text: #333; }
@media (prefers-color-scheme: dark) {
  :root { --page: #1f1f1f; --panel: #2b2b2b; --text: #f3f3f3; --soft: #b3b3b3; --line: #444; --link: #9ea2ff;
    --emphasis: #383838; --attention: #4a2326; --warning: #46351a; --good: #20401f; --accent: #33344a; --fault: #ff9a9f; --code: #222; --code-text: #ddd; } }
* { box-sizing: border-box; }
html, body { height: 100%; margin: 0; }
body { display: flex; flex-direction: column; background: var(--page); color: var(--text); font: 14px/20px "Segoe UI", system-ui, -apple-system, "Noto Sans", sans-serif; }
header { display: flex; gap: 16px; align-items: baseline; padding: 12px 20px; border-bottom: 1px solid var(--line); }
h1 { font-size: 18px; margin: 0; } header p { margin: 0; color: var(--soft); } #state { margin-left: auto; color: var(--fault); font-weight: 600; }
main { flex: 1; min-height: 0; display: grid; grid-template-columns: 1fr 1fr; grid-template-rows: 1fr 1fr; }
section { min-height: 0; min-width: 0; display: flex; flex-direction: column; } section:nth-child(even) { border-left: 1px solid var(--line); } section:nth-child(n + 3) { border-top: 1px solid var(--line); }
h2 { font: 600 14px/20px "Segoe UI", system-ui, "Noto Sans", sans-serif; margin: 0; padding: 10px 20px; border-bottom: 1px solid var(--line); } .count { color: var(--soft); font-weight: 400; margin-left: 6px; }
.list { flex: 1; overflow-y: auto; overflow-anchor: none; padding: 16px 20px; } .empty { color: var(--soft); text-align: center; margin: 32px 0; } article ~ .empty { display: none; }
.message { display: flex; gap: 10px; margin: 0 auto 20px; max-width: 760px; } .content { flex: 1; min-width: 0; }
.avatar { flex: none; width: 32px; height: 32px; border-radius: 50%; background: #4f52b2; color: #fff; font-weight: 600; display: grid; place-items: center; }
.from { display: flex; gap: 8px; align-items: baseline; margin-bottom: 4px; } time { color: var(--soft); font-size: 12px; }
.badge { background: var(--line); color: var(--soft); font-size: 10px; line-height: 14px; padding: 0 3px; border-radius: 2px; }
.fault { color: var(--fault); margin: 4px 0; font-size: 13px; font-weight: 600; } a { color: var(--link); }
details { margin-top: 4px; color: var(--soft); font-size: 12px; } summary { cursor: pointer; overflow-wrap: anywhere; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font-family: Consolas, "DejaVu Sans Mono", ui-monospace, monospace; }
.raw { font-size: 12px; line-height: 16px; padding: 8px; background: var(--code); color: var(--code-text); border: 1px solid var(--line); max-height: 400px; overflow: auto; }
.card { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: 16px; box-shadow: 0 1px 2px #0002; overflow-wrap: anywhere; }
.card > * + *, .box > * + * { margin-top: 12px; } .card .space-none { margin-top: 0; } .card .space-small { margin-top: 8px; } .card .space-medium { margin-top: 16px; } .card .space-large { margin-top: 20px; }
.card .separator { border-top: 1px solid var(--line); padding-top: 12px; }
.styled { padding: 12px 16px; border-radius: 4px; } .bleed { margin: 0 -16px; border-radius: 0; } .bleed:first-child { margin-top: -16px; border-radius: 5px 5px 0 0; }
.emphasis { background: var(--emphasis); } .box.attention { background: var(--attention); } .box.warning { background: var(--warning); } .box.good { background: var(--good); } .box.accent { background: var(--accent); }
.tb.small { font-size: 12px; line-height: 16px; } .tb.medium { font-size: 16px; line-height: 22px; } .tb.large { font-size: 18px; line-height: 24px; } .tb.extraLarge { font-size: 24px; line-height: 32px; }
.bolder { font-weight: 600; } .lighter { font-weight: 300; } .monospace { font-family: Consolas, "DejaVu Sans Mono", ui-monospace, monospace; } .subtle { color: var(--soft); } .nowrap { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin-bottom: 0; } .facts dt { font-weight: 600; } .facts dd { margin: 0; }
.card .actions { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 16px; }
.button { border: 1px solid var(--line); border-radius: 4px; padding: 5px 12px; color: var(--text); text-decoration: none; font-weight: 600; background: var(--panel); } .button:hover { background: var(--emphasis); }
.slack { font: 15px/22px Lato, "Segoe UI", system-ui, "Noto Sans", sans-serif; } .slack .avatar { border-radius: 4px; width: 36px; height: 36px; background: #4a154b; }
.slack a { color: #1264a3; text-decoration: none; } .slack a:hover { text-decoration: underline; }
@media (prefers-color-scheme: dark) { .slack a { color: #1d9bd1; } }
.slack .header { font-size: 18px; line-height: 24px; font-weight: 900; margin: 2px 0 6px; overflow-wrap: anywhere; } .slack .section { white-space: pre-wrap; overflow-wrap: anywhere; margin: 6px 0; }
.slack .section pre { background: var(--code); color: var(--code-text); border: 1px solid var(--line); border-radius: 4px; padding: 8px; font-size: 12px; line-height: 18px; }
.slack .context { color: var(--soft); font-size: 13px; line-height: 18px; margin: 6px 0; display: flex; flex-wrap: wrap; gap: 2px 12px; overflow-wrap: anywhere; } .slack hr { border: 0; border-top: 1px solid var(--line); margin: 10px 0; }
.pagerduty .avatar { background: #06ac38; border-radius: 4px; } .webhook .avatar { background: #5c5c5c; border-radius: 4px; }
.alert { background: var(--panel); border: 1px solid var(--line); border-left: 4px solid var(--soft); border-radius: 4px; padding: 12px 16px; overflow-wrap: anywhere; }
.alert.critical { border-left-color: #d1293d; } .alert.warning { border-left-color: #e08a1e; } .alert.acknowledge { border-left-color: #7a7a7a; } .alert.resolve { border-left-color: #2f8a3c; } .alert.info { border-left-color: #3b73d1; }
.alert > * + * { margin-top: 8px; } .alert .summary { font-weight: 600; } .alert .key { color: var(--soft); font-size: 12px; } .alert ul { margin: 0; padding-left: 16px; }
.pagerduty .facts, .webhook .facts { grid-template-columns: minmax(80px, max-content) 1fr; font-size: 13px; line-height: 18px; }
@media (min-width: 1900px) { main { grid-template-columns: repeat(4, 1fr); grid-template-rows: 1fr; } section { border-top: 0 !important; } section + section { border-left: 1px solid var(--line); } }
.call { background: #ffe08a; color: #1d1c1d; padding: 0 2px; font-weight: 700; }
@media (max-width: 900px) { main { grid-template-columns: 1fr; overflow-y: auto; display: block; } section { border: 0 !important; } .list { overflow: visible; overflow-anchor: auto; } }
`;
