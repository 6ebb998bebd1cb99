import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A night of a host in Java through JNA: what examples/c/nightly.c does, line by line the same.
 *
 *   java -cp /usr/share/java/jna.jar:. -Djna.library.path=/usr/local/lib Nightly (book folder) (YYYY-MM-DD) [answers.json]
 *
 * Exit status: 0 done, 1 the input was refused (every problem is printed), 2 wrong usage.
 */
final class Nightly {
    private static final String[] TABLES = {"customers", "items", "payments", "remittances", "allocations", "promises", "disputes", "plans", "instalments",
        "notices", "replies", "signals", "fx_rates"};
    private static final List<String> LISTS = List.of("aliases", "channels", "bank_accounts", "item_ids");
    private static final Map<String, String> EVENTS = Map.of("post_allocation", "items_allocated", "ask_remittance", "remittance_asked",
        "send_reminder", "notice_sent", "send_notice", "notice_sent", "remind_promise", "promise_reminded");

    private final PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    private final ArCore ar = new ArCore();
    private final ArCore.C c = ar.c;
    private Pointer ledger, policy, log;

    /** Loads the tables that the folder has. Every cell is handed over as text: the library reads numbers and days. */
    private Pointer load(Path folder) throws IOException {
        Pointer tables = ar.make(c::ar_tables_new);
        try {
            for (String table : TABLES) {
                Path path = folder.resolve(table + ".csv");
                if (!Files.exists(path)) continue;
                List<List<String>> rows = Csv.read(path);
                for (int column = 0; column < rows.get(0).size(); column++) {
                    List<String> cells = new ArrayList<>();
                    for (List<String> row : rows.subList(1, rows.size())) cells.add(row.get(column).isEmpty() ? null : row.get(column));
                    add(tables, table, rows.get(0).get(column), cells);
                }
            }
            return ar.make((place, error) -> c.ar_ledger_new(tables, place, error));
        } finally {
            c.ar_tables_free(tables);
        }
    }

    private void add(Pointer tables, String table, String column, List<String> cells) {
        if (!LISTS.contains(column)) {
            Memory values = ArCore.texts(cells);
            ar.check(error -> c.ar_tables_add_text_column(tables, table, column, values, null, cells.size(), error));
            return;
        }
        List<String> parts = new ArrayList<>();
        Memory ends = new Memory(8L * cells.size() + 8);
        byte[] valid = new byte[cells.size()];
        for (int row = 0; row < cells.size(); row++) {
            if (cells.get(row) != null) parts.addAll(Arrays.asList(cells.get(row).split(";", -1)));
            valid[row] = (byte) (cells.get(row) != null ? 1 : 0);
            ends.setLong(8L * row, parts.size());
        }
        Memory values = ArCore.texts(parts);
        ar.check(error -> c.ar_tables_add_list_column(tables, table, column, values, null, parts.size(), ends, valid, cells.size(), error));
    }

    private String amount(long minor, byte[] currency) {
        return BigDecimal.valueOf(minor, c.ar_currency_exponent(ArCore.currency(currency))).toPlainString();
    }

    private static String or(String text, String otherwise) { return text != null ? text : otherwise; }

    private List<ArCore.Decision> decisions(Pointer report) {
        return ar.rows(ArCore.Decision.class, (rows, len) -> c.ar_report_decisions(report, rows, len));
    }

    private List<ArCore.Work> work(Pointer report) {
        return ar.rows(ArCore.Work.class, (rows, len) -> c.ar_report_worklist(report, rows, len));
    }

    /** Runs a day, logs it and shows it. */
    private Pointer run(LocalDate day) {
        Pointer report = ar.make((place, error) -> c.ar_run(ledger, policy, null, (int) day.toEpochDay(), place, error));
        ar.check(error -> c.ar_audit_log_append_report(log, report, error));
        List<ArCore.Decision> decisions = decisions(report);
        long acted = decisions.stream().filter(row -> row.mode == ArCore.ACT).count();
        out.printf("%s: %d decisions, %d without a person, %d for people\n\nWorklist, best first:\n", day, decisions.size(), acted, decisions.size() - acted);
        for (ArCore.Work row : work(report)) {
            out.printf("%4d  %s  %-18s %-10s %14s %s  %-16s %s\n", row.rank, row.decisionId, c.ar_action_name(row.action), or(row.customerId, "?"),
                amount(row.amountMinor, row.currency), ArCore.currency(row.currency), or(row.askRole, "anybody"), row.why);
        }
        out.print("\nOpen, by days past due:\n");
        for (ArCore.Aging row : ar.rows(ArCore.Aging.class, (rows, len) -> c.ar_report_aging(report, rows, len))) {
            out.printf("  %-8s %14s %s  %d item(s)\n", row.bucket, amount(row.amountMinor, row.currency), ArCore.currency(row.currency), row.count);
        }
        out.print("\nMeasures:\n");
        for (ArCore.Kpi row : ar.rows(ArCore.Kpi.class, (rows, len) -> c.ar_report_kpis(report, rows, len))) {
            if (Double.isNaN(row.value)) continue; // not defined for this book
            String value = new BigDecimal(row.value).setScale(4, RoundingMode.HALF_EVEN).toPlainString();
            out.printf("  %-28s %14s %s %s %s\n", row.name, value, row.unit, or(row.currency, "-"), or(row.note, "-"));
        }
        out.print("\n");
        return report;
    }

    /** Moves the books on by events, and writes them into the log. All of them, or none. */
    private void hear(byte[] events) {
        ar.check(error -> c.ar_ledger_apply_json(ledger, events, events.length, error));
        ar.check(error -> c.ar_audit_log_append_events(log, events, events.length, ledger, error));
    }

    private static String quoted(String value) {
        StringBuilder text = new StringBuilder("\"");
        for (char at : value.toCharArray()) {
            if (at == '"' || at == '\\') text.append('\\');
            text.append(at < 0x20 ? String.format("\\u%04x", (int) at) : String.valueOf(at));
        }
        return text.append('"').toString();
    }

    /** The lines of a posting: the cash, discounts and fees that the report proposes for this decision. */
    private String posting(Pointer report, String decisionId) {
        List<String> lines = new ArrayList<>();
        String payment = "";
        for (ArCore.Allocation row : ar.rows(ArCore.Allocation.class, (rows, len) -> c.ar_report_allocations(report, rows, len))) {
            if (!decisionId.equals(row.decisionId)) continue;
            payment = row.paymentId;
            String other = Arrays.equals(row.currency, row.itemCurrency) ? "" : ", \"item_amount\": \"" + amount(row.itemAmountMinor, row.itemCurrency) + "\"";
            lines.add("{\"item_id\": " + quoted(row.itemId) + ", \"amount\": \"" + amount(row.amountMinor, row.currency) + "\", \"kind\": \"" + row.kind + "\"" + other + "}");
        }
        return ", \"allocations\": [" + String.join(", ", lines) + "], \"payment_id\": " + quoted(payment);
    }

    /** This program sends nothing; one that does would do it here, once for each decision_id, and report what succeeded. */
    private void act(Pointer report, LocalDate on) {
        List<String> events = new ArrayList<>();
        int left = 0;
        for (ArCore.Decision row : decisions(report)) {
            String action = c.ar_action_name(row.action), event = EVENTS.get(action);
            if (row.mode != ArCore.ACT || action.equals("wait")) continue;
            if (event == null) {
                left++;
                continue;
            }
            String text = "{\"event\": \"" + event + "\", \"on\": \"" + on + "\", \"decision_id\": \"" + row.decisionId + "\"";
            if (action.equals("post_allocation")) text += posting(report, row.decisionId);
            else if (row.customerId != null) text += ", \"customer_id\": " + quoted(row.customerId);
            if (event.equals("notice_sent")) {
                List<String> items = new ArrayList<>();
                for (long at = 0; at < row.itemIdsLen; at++) items.add(quoted(row.itemIds.getPointer(at * 8).getString(0, "UTF-8")));
                text += ", \"item_ids\": [" + String.join(", ", items) + "], \"level\": " + row.level;
            }
            events.add(text + "}");
        }
        hear(("[" + String.join(",\n ", events) + "]").getBytes(StandardCharsets.UTF_8));
        out.printf("Done without a person: %d; not done by this program: %d\n", events.size(), left);
    }

    private void showLog(String decisionId) {
        LongByReference len = new LongByReference();
        PointerByReference digest = new PointerByReference();
        ar.check(error -> c.ar_audit_log_head(log, len, digest, error));
        String head = ar.take(digest.getValue()); // to be kept elsewhere
        Pointer breaks = ar.make((place, error) -> c.ar_audit_log_verify(log, len.getValue(), head, place, error));
        List<ArCore.Break> found = ar.rows(ArCore.Break.class, (rows, count) -> c.ar_breaks_rows(breaks, rows, count));
        out.printf("Audit log: %d entries, %s, head %s\n", len.getValue(), found.isEmpty() ? "whole" : "BROKEN", head);
        for (ArCore.Break row : found) out.printf("  entry %d: %s\n", row.seq, row.message);
        c.ar_breaks_free(breaks);
        if (decisionId == null) return;
        out.printf("What it says of %s:\n", decisionId);
        for (String line : ar.entries(log, "{\"decision_id\": " + quoted(decisionId) + "}")) out.print(line + "\n");
    }

    private void night(Path folder, LocalDate today, Path answers) throws IOException {
        Path toml = folder.resolve("policy.toml");
        ledger = load(folder);
        byte[] text = Files.exists(toml) ? Files.readAllBytes(toml) : null;
        policy = text == null ? ar.make(c::ar_policy_default) : ar.make((place, error) -> c.ar_policy_from_toml(text, text.length, place, error));
        log = ar.make((place, error) -> c.ar_audit_log_new(0, null, place, error));
        ar.check(error -> c.ar_audit_log_append_policy(log, policy, "nightly", (int) today.toEpochDay(), error));
        Pointer report = run(today), next = null;
        try {
            List<ArCore.Work> work = work(report);
            if (!work.isEmpty()) {
                String id = work.get(0).decisionId;
                Pointer why = ar.make((place, error) -> c.ar_report_explain(report, id, place, null, error));
                out.printf("Why %s:\n%s\n\n", id, ar.take(why));
            }
            act(report, today);
            if (answers != null) hear(Files.readAllBytes(answers));
            out.printf("Answers: %s\n\n", answers != null ? "heard" : "none");
            next = run(today.plusDays(1)); // what was approved is done without a person now
            act(next, today.plusDays(1));
            showLog(decisions(report).stream().filter(row -> row.mode == ArCore.ACT && !c.ar_action_name(row.action).equals("wait")).map(row -> row.decisionId).findFirst().orElse(null));
        } finally {
            c.ar_report_free(next);
            c.ar_report_free(report);
        }
    }

    private void close() {
        c.ar_audit_log_free(log);
        c.ar_policy_free(policy);
        c.ar_ledger_free(ledger);
        out.flush();
    }

    public static void main(String[] arguments) {
        LocalDate day = null;
        try {
            if (arguments.length == 2 || arguments.length == 3) day = LocalDate.parse(arguments[1]);
        } catch (DateTimeException wrong) {
            System.err.println(wrong.getMessage());
        }
        if (day == null) {
            System.err.println("usage: Nightly <book folder> <YYYY-MM-DD> [answers.json]");
            System.exit(2);
        }
        Nightly host = new Nightly();
        int status = 0;
        try {
            host.night(Path.of(arguments[0]), day, arguments.length == 3 ? Path.of(arguments[2]) : null);
        } catch (ArCore.Refused | IOException wrong) {
            System.err.println(wrong.getMessage());
            status = 1;
        } finally {
            host.close();
        }
        System.exit(status);
    }
}
