import { expect, test } from "vitest";
import { ask, type Database } from "../../../infra/local/simulated-azure/logs/kql/engine.ts";
import type { Column, Row } from "../../../infra/local/simulated-azure/logs/kql/values.ts";

const NOW = Date.parse("2026-11-18T10:00:00Z");

const COLUMNS: readonly Column[] = [
  { name: "TimeGenerated", type: "datetime" },
  { name: "Action", type: "string" },
  { name: "Fqdn", type: "string" },
  { name: "DestinationPort", type: "int" },
  { name: "$ingested", type: "datetime" },
];

const MINUTE = 60_000;
const ROWS: readonly Row[] = [
  [NOW - 30 * MINUTE, "Deny", "mcr.microsoft.com", 443, NOW - 25 * MINUTE],
  [NOW - 20 * MINUTE, "Deny", "a.mcr.microsoft.com", 443, NOW - 15 * MINUTE],
  [NOW - 20 * MINUTE, "Allow", "login.microsoftonline.com", 443, NOW - 15 * MINUTE],
  [NOW - 10 * MINUTE, "Deny", "mcr.microsoft.com", 80, NOW - 5 * MINUTE],
  [NOW - 5 * MINUTE, "Deny", "", null, NOW],
];

interface Seen extends Database {
  readonly scanned: { fromMs: number; toMs: number }[];
}

function database(): Seen {
  const scanned: { fromMs: number; toMs: number }[] = [];
  return {
    nowMs: NOW,
    span: { fromMs: NOW - 86_400_000, toMs: NOW },
    scanned,
    table: (name) => {
      if (name !== "Denials") return undefined;
      return {
        columns: COLUMNS,
        scan: (span, sink) => {
          scanned.push(span);
          ROWS.filter(([time]) => Number(time) >= span.fromMs && Number(time) <= span.toMs).every(sink);
        },
      };
    },
  };
}

function rows(query: string, of = database()): Row[] {
  const found: Row[] = [];
  ask(query, of).run((row) => found.push(row) > 0);
  return found;
}

/** The value of a scalar expression. */
function scalar(expression: string): unknown {
  return rows(`print x = ${expression}`)[0]?.[0];
}

test.for<[string, unknown]>([
  ["1 + 2 * 3", 7],
  ["7 / 2", 3],
  ["7.0 / 2", 3.5],
  ["7 % 4", 3],
  ["-(2 + 3)", -5],
  ["1 == 1.0", true],
  ["'a' == 'A'", false],
  ["'a' =~ 'A'", true],
  ["'a' !~ 'A'", false],
  ["'b' in ('a', 'b')", true],
  ["'B' in~ ('a', 'b')", true],
  ["'B' !in ('a', 'b')", true],
  ["'b' in (dynamic(['a', 'b']))", true],
  ["5 between (1 .. 5)", true],
  ["5 !between (1 .. 5)", false],
  ["datetime(2026-11-18) between (datetime(2026-11-17) .. 1d)", true],
  ["'*.data.mcr.microsoft.com' has 'mcr'", true],
  ["'xmcr.microsoft.com' has 'mcr'", false],
  ["'xmcr.microsoft.com' contains 'MCR'", true],
  ["'xmcr.microsoft.com' contains_cs 'MCR'", false],
  ["'mcr.microsoft.com' !has 'azure'", true],
  ["'mcr.microsoft.com' endswith '.COM'", true],
  ["'mcr.microsoft.com' !startswith 'mcr'", false],
  ["'mcr.microsoft.com' has_any ('azure', 'microsoft')", true],
  [String.raw`'10.0.0.4:55' matches regex @'^\d+\.\d+'`, true],
  ["true and not(false) or false", true],
  ["bool(null) and false", false],
  ["bool(null) or false", null],
  ["int(null) == 1", false],
  ["int(null) != 1", true],
  ["int(null) < 1", null],
  ["iff(1 > 2, 'a', 'b')", "b"],
  ["case(1 > 2, 'a', 2 > 1, 'b', 'c')", "b"],
  ["coalesce('', 'x')", "x"],
  ["isempty('') and isnull(int(null)) and isnotempty('a') and isnotnull(1)", true],
  ["isnull('')", false],
  [String.raw`extract(@'to ([\d.]+):(\d+)', 2, 'from 1.2.3.4:5 to 6.7.8.9:443')`, "443"],
  [String.raw`extract(@':(\d+)', 1, 'a:443', typeof(long))`, 443],
  ["extract('x', 0, 'a')", ""],
  [String.raw`replace_regex('a1b2', @'(\d)', @'<\1>')`, "a<1>b<2>"],
  ["replace_string('a.b.c', '.', '-')", "a-b-c"],
  ["split('a:b:c', ':')", ["a", "b", "c"]],
  ["tostring(split('a:b:c', ':')[1])", "b"],
  ["split('a:b:c', ':')[-1]", "c"],
  ["strcat('a', 1, true, 2.5, 1h)", "a1true2.501:00:00"],
  ["substring('abcdef', 1, 3)", "bcd"],
  ["substring('abcdef', 4)", "ef"],
  ["indexof('abc', 'c')", 2],
  ["strlen('abc')", 3],
  ["trim(@'\\s+', '  a ')", "a"],
  ["tolower('AbC')", "abc"],
  ["toupper('AbC')", "ABC"],
  ["toint('12')", 12],
  ["toint('12x')", null],
  ["tolong('1.5')", null],
  ["toreal('1.5')", 1.5],
  ["tostring(datetime(2026-11-18 10:00:00.5))", "2026-11-18T10:00:00.5Z"],
  ["tostring(90m)", "01:30:00"],
  ["tostring(now())", "2026-11-18T10:00:00Z"],
  ["now() - ago(1h) == 1h", true],
  ["tostring(bin(datetime(2026-11-18 10:07:31), 5m))", "2026-11-18T10:05:00Z"],
  ["tostring(bin(datetime(2026-11-18 10:07:31), 7d))", "2026-11-16T00:00:00Z"],
  ["bin(17, 5)", 15],
  ["tostring(startofday(now()))", "2026-11-18T00:00:00Z"],
  ["format_datetime(now(), 'yyyy-MM-dd HH:mm')", "2026-11-18 10:00"],
  ["tostring(todatetime('2026-11-18T10:00:00.0000000Z'))", "2026-11-18T10:00:00Z"],
  ["isnull(todatetime('yesterday'))", true],
  ["ipv4_is_in_range('10.20.0.4', '10.20.0.0/16')", true],
  ["ipv4_is_in_range('10.21.0.4', '10.20.0.0/16')", false],
  ["ipv4_is_in_range('host', '10.20.0.0/16')", null],
  ["ipv4_is_in_any_range('10.21.0.4', '10.20.0.0/16', '10.21.0.0/24')", true],
  ["ipv4_is_in_any_range('10.21.0.4', dynamic(['10.20.0.0/16']))", false],
  ["ipv4_is_private('172.31.0.1')", true],
  ["ipv4_is_private('8.8.8.8')", false],
  ["ipv6_is_in_range('fd17::4', 'fd17::/16')", true],
  ["ipv6_is_in_any_range('fe80::1', dynamic(['fd17::/16', '10.0.0.0/8']))", false],
  ["ipv6_is_in_range('10.1.2.3', '10.0.0.0/8')", true],
  ["ipv6_is_in_range('fd17:d93d:bf7d:acc2:0:0:0:4', 'fd17:d93d:bf7d:acc2::/64')", true],
  ["ipv6_is_in_range('fd17:::4', 'fd17::/16')", null],
  ["pack('a', 1, 'b', 'x')", { a: 1, b: "x" }],
  ['parse_json(\'{"a": {"b": [1, 2]}}\').a.b[1]', 2],
  ["parse_json('{\"a\": 1}').missing", null],
  ["dynamic({'a': -1}).a == -1", true],
  ["array_length(dynamic([1, 2]))", 2],
  ["column_ifexists('Nowhere', 'x')", "x"],
  ["toscalar(Denials | summarize countif(Action == 'Deny'))", 4],
])("%s", ([expression, expected]) => {
  expect(scalar(expression)).toEqual(expected);
});

test.for<[string, readonly Row[]]>([
  ["Denials | where Action == 'Deny' | count", [[4]]],
  [
    "Denials | summarize count() by Action | order by Action asc",
    [
      ["Allow", 1],
      ["Deny", 4],
    ],
  ],
  ["Denials | where Action == 'None' | summarize n = count(), sum(DestinationPort)", [[0, 0]]],
  ["Denials | where Action == 'None' | summarize n = count() by Fqdn", []],
  ["Denials | summarize max(DestinationPort), min(DestinationPort), dcount(Fqdn)", [[443, 80, 4]]],
  ["Denials | summarize make_set(DestinationPort, 1), array_length(make_set(DestinationPort))", [[[443], 2]]],
  ["Denials | summarize percentile(DestinationPort, 50), take_any(Action)", [[443, "Deny"]]],
  ["Denials | summarize arg_max(TimeGenerated, Action, Fqdn) | project Action, Fqdn", [["Deny", ""]]],
  ["Denials | summarize arg_max(TimeGenerated, *) | project DestinationPort", [[null]]],
  ["Denials | top 1 by DestinationPort asc | project DestinationPort", [[null]]],
  [
    "Denials | top 2 by DestinationPort desc, Fqdn asc | project Fqdn",
    [["a.mcr.microsoft.com"], ["login.microsoftonline.com"]],
  ],
  ["Denials | distinct Action", [["Deny"], ["Allow"]]],
  ["Denials | take 2 | project-keep Act*", [["Deny"], ["Deny"]]],
  [
    "Denials | where Fqdn has 'mcr' | extend Port = tostring(DestinationPort) | project strcat(Fqdn, ':', Port) | take 1",
    [["mcr.microsoft.com:443"]],
  ],
  [
    "let limit = 100; let Refused = Denials | where Action == 'Deny'; Refused | where DestinationPort < limit | project Fqdn",
    [["mcr.microsoft.com"]],
  ],
  ["let T = Denials; T | count", [[5]]],
  ["union isfuzzy=true Denials, Missing | count", [[5]]],
  [
    "union withsource=Origin Denials, (datatable(Action: string)['Deny']) | summarize count() by Origin",
    [
      ["Denials", 5],
      ["union_arg1", 1],
    ],
  ],
  [
    "union (datatable(a: string)['x']), (datatable(b: long)[1]) | project a, b",
    [
      ["x", null],
      ["", 1],
    ],
  ],
  ["Denials | where ingestion_time() > ago(10m) | count", [[2]]],
  [
    "datatable(s: string)['TCP request from 10.0.0.4:80 to 1.2.3.4:443. Action: Deny'] | parse s with Proto ' request from ' Ip ':' Port:int ' to ' Rest",
    [
      [
        "TCP request from 10.0.0.4:80 to 1.2.3.4:443. Action: Deny",
        "TCP",
        "10.0.0.4",
        80,
        "1.2.3.4:443. Action: Deny",
      ],
    ],
  ],
  [
    "datatable(s: string)['ICMP request from 10.0.0.4: to 1.2.3.4:'] | parse s with * 'from ' Ip ':' Port:int ' to ' * | project Ip, Port",
    [["", null]],
  ],
  [
    "datatable(s: string)['ICMP request from 10.0.0.4: to 1.2.3.4:'] | parse kind=relaxed s with * 'from ' Ip ':' Port:int ' to ' * | project Ip, Port",
    [["10.0.0.4", null]],
  ],
  ["print x = dynamic([1, 2]) | mv-expand x to typeof(long)", [[1], [2]]],
  [
    "Denials | summarize count() by bin(TimeGenerated, 1h) | project tostring(TimeGenerated), count_",
    [["2026-11-18T09:00:00Z", 5]],
  ],
  [
    "Denials // all of them\n| limit 1 | project-away TimeGenerated, Fqdn | project-rename Verdict = Action",
    [["Deny", 443]],
  ],
])("%s", ([query, expected]) => {
  expect(rows(query)).toEqual(expected);
});

test("filters by time reach the table, through unions and subqueries too", () => {
  const one = database();
  rows(
    "union (Denials | project TimeGenerated, Action) | where TimeGenerated > ago(10m) and Action == 'Deny'",
    one,
  );
  const other = database();
  rows("Denials | where TimeGenerated between (ago(1h) .. ago(30m)) | count", other);

  expect(one.scanned).toEqual([{ fromMs: NOW - 10 * MINUTE, toMs: NOW }]);
  expect(other.scanned).toEqual([{ fromMs: NOW - 60 * MINUTE, toMs: NOW - 30 * MINUTE }]);
});

test("what is materialized is read once", () => {
  const seen = database();
  const found = rows(
    "let Kept = materialize(Denials | where Action == 'Deny'); union (Kept | count), (Kept | where TimeGenerated > ago(7m) | count)",
    seen,
  );

  expect(found).toEqual([[4], [1]]);
  expect(seen.scanned).toEqual([seen.span]);
});

test.for([
  "Denials | take 5 | where TimeGenerated > ago(1m)",
  "Denials | extend TimeGenerated = now() | where TimeGenerated > ago(1m)",
])("a filter behind what changes the rows does not reach the table: %s", (query) => {
  const seen = database();
  rows(query, seen);

  expect(seen.scanned).toEqual([seen.span]);
});

test.for<[string, RegExp]>([
  ["Missing | count", /'count' operator: Failed to resolve table or column expression named 'Missing'/],
  ["union Denials, Missing", /'Missing'/],
  ["Denials | where Nothing == 1", /'where' operator: Failed to resolve .* named 'Nothing'/],
  ["Denials | where DestinationPort == '443'", /Cannot compare values of types int and string/],
  ["Denials | where Fqdn", /a bool is expected/],
  ["Denials | extend x = tolower(DestinationPort)", /tolower\(\): argument #1/],
  ["Denials | extend x = geo_distance_2points(1, 2)", /the function 'geo_distance_2points'/],
  ["Denials | evaluate bag_unpack(x)", /the operator 'evaluate'/],
  ["Denials | join (Denials) on Fqdn", /the operator 'join'/],
  ["Denials | summarize count() by split(Fqdn, '.')[0]", /'dynamic' type/],
  ["Denials | distinct a = split(Fqdn, '.')", /'dynamic' type/],
  ["Denials | order by split(Fqdn, '.')[0]", /'dynamic' type/],
  ["Denials | parse kind=regex flags=U Fqdn with * 'a' Rest", /the flags of parse/],
  ["Denials | where", /could not be parsed at '<end of query>' on line \[1,16\]/],
  ["Denials | where Fqdn == 'a", /could not be parsed at '''/],
  ["Denials | where Fqdn matches regex '('", /ill-formed/],
])("%s is refused by name", ([query, message]) => {
  expect(() => rows(query)).toThrow(message);
});

// In the manner of the queries that Microsoft publishes for the network rules of the old log.
const PARSER = `
| parse msg_s with Protocol " request from " SourceIP ":" SourcePortInt:int " to " TargetIP ":" TargetPortInt:int *
| parse msg_s with * ". Action: " Action1a "." *
| parse msg_s with * " was " Action1b " to " NatDestination
| parse msg_s with Protocol2 " request from " SourceIP2 " to " TargetIP2 ". Action: " Action2
| extend SourcePort = tostring(SourcePortInt), TargetPort = tostring(TargetPortInt)
| extend Action = case(Action1a == "", case(Action1b == "", Action2, Action1b), Action1a)
| extend Protocol = case(Protocol == "", Protocol2, Protocol),
    SourceIP = case(SourceIP == "", SourceIP2, SourceIP),
    TargetIP = case(TargetIP == "", TargetIP2, TargetIP),
    SourcePort = case(SourcePort == "", "N/A", SourcePort),
    TargetPort = case(TargetPort == "", "N/A", TargetPort),
    NatDestination = case(NatDestination == "", "N/A", NatDestination)
| project Protocol, SourceIP, SourcePort, TargetIP, TargetPort, Action, NatDestination`;

test.for<[string, readonly string[]]>([
  [
    "TCP request from 10.0.0.4:5000 to 1.2.3.4:443. Action: Deny.",
    ["TCP", "10.0.0.4", "5000", "1.2.3.4", "443", "Deny", "N/A"],
  ],
  [
    "TCP request from 1.1.1.1:5000 to 2.2.2.2:443 was DNAT'ed to 10.0.0.9:443",
    ["TCP", "1.1.1.1", "5000", "2.2.2.2", "443", "DNAT'ed", "10.0.0.9:443"],
  ],
  [
    "ICMP request from 10.0.0.4 to 8.8.8.8. Action: Deny",
    ["ICMP", "10.0.0.4", "N/A", "8.8.8.8", "N/A", "Deny", "N/A"],
  ],
])("a chain of parses takes this apart: %s", ([line, expected]) => {
  expect(rows(`datatable(msg_s: string)[@"${line}"]${PARSER}`)).toEqual([expected]);
});

test("values of mixed type in case() are dynamic, as in Azure", () => {
  expect(scalar("tostring(case(true, split('Deny. Rest', '.')[0], 'none'))")).toBe("Deny");
});
