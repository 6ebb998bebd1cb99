import com.sun.jna.Function;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What of ar_core.h the example needs, for JNA. A handle is a Pointer; a text that goes in is UTF-8 that ends with NUL. */
final class ArCore {
    static final int ABI = 0; // AR_ABI_VERSION of the header that this file follows
    static final short ACT = 1; // AR_MODE_ACT
    private static final int PLACE = Native.POINTER_SIZE;

    /** The functions, as the header declares them. The last argument of most is a place for an error. */
    interface C extends Library {
        int ar_abi_version();
        long ar_error_problems_len(Pointer error);
        long ar_error_problems_total(Pointer error);
        Problem ar_error_problem(Pointer error, long index);
        void ar_error_free(Pointer error);
        int ar_tables_new(PointerByReference out, PointerByReference error);
        int ar_tables_add_text_column(Pointer tables, String table, String column, Pointer values, Pointer lens, long len, PointerByReference error);
        int ar_tables_add_list_column(Pointer tables, String table, String column, Pointer values, Pointer lens, long valuesLen, Pointer ends,
            byte[] valid, long len, PointerByReference error);
        void ar_tables_free(Pointer tables);
        int ar_ledger_new(Pointer tables, PointerByReference out, PointerByReference error);
        int ar_ledger_apply_json(Pointer ledger, byte[] json, long len, PointerByReference error);
        void ar_ledger_free(Pointer ledger);
        int ar_policy_default(PointerByReference out, PointerByReference error);
        int ar_policy_from_toml(byte[] toml, long len, PointerByReference out, PointerByReference error);
        void ar_policy_free(Pointer policy);
        int ar_run(Pointer ledger, Pointer policy, Pointer models, int asOfDays, PointerByReference out, PointerByReference error);
        int ar_report_decisions(Pointer report, PointerByReference rows, LongByReference len);
        int ar_report_worklist(Pointer report, PointerByReference rows, LongByReference len);
        int ar_report_allocations(Pointer report, PointerByReference rows, LongByReference len);
        int ar_report_aging(Pointer report, PointerByReference rows, LongByReference len);
        int ar_report_kpis(Pointer report, PointerByReference rows, LongByReference len);
        int ar_report_explain(Pointer report, String decisionId, PointerByReference text, LongByReference len, PointerByReference error);
        void ar_report_free(Pointer report);
        int ar_audit_log_new(long headLen, String headDigest, PointerByReference out, PointerByReference error);
        int ar_audit_log_append_report(Pointer log, Pointer report, PointerByReference error);
        int ar_audit_log_append_events(Pointer log, byte[] json, long len, Pointer after, PointerByReference error);
        int ar_audit_log_append_policy(Pointer log, Pointer policy, String by, int onDays, PointerByReference error);
        int ar_audit_log_head(Pointer log, LongByReference len, PointerByReference digest, PointerByReference error);
        int ar_audit_log_verify(Pointer log, long headLen, String headDigest, PointerByReference out, PointerByReference error);
        int ar_audit_log_search(Pointer log, byte[] filter, long len, Pointer stream, PointerByReference error);
        void ar_audit_log_free(Pointer log);
        int ar_breaks_rows(Pointer breaks, PointerByReference rows, LongByReference len);
        void ar_breaks_free(Pointer breaks);
        String ar_status_name(int status);
        String ar_problem_code_name(short code);
        String ar_action_name(short action);
        int ar_currency_exponent(String currency);
        void ar_string_free(Pointer text);
    }

    /** Rows of the header; the fields in its order. A char[4] that ends with NUL is a currency. */
    @Structure.FieldOrder({"table", "row", "column", "code", "message"})
    public static class Problem extends Structure {
        public String table; public long row; public String column; public short code; public String message;
    }

    @Structure.FieldOrder({"decisionId", "customerId", "currency", "action", "mode", "amountMinor", "askRole", "level", "expiresOn", "priority", "propensity",
        "params", "itemIds", "itemIdsLen", "evidence", "evidenceLen", "reasons", "reasonsLen"})
    public static class Decision extends Structure {
        public String decisionId, customerId; public byte[] currency = new byte[4]; public short action, mode; public long amountMinor; public String askRole;
        public int level, expiresOn; public long priority; public double propensity; public String params; public Pointer itemIds; public long itemIdsLen;
        public Pointer evidence; public long evidenceLen; public Pointer reasons; public long reasonsLen;
    }

    @Structure.FieldOrder({"rank", "decisionId", "customerId", "currency", "action", "today", "amountMinor", "expectedValueMinor", "minutes", "priority",
        "askRole", "person", "why", "context"})
    public static class Work extends Structure {
        public long rank; public String decisionId, customerId; public byte[] currency = new byte[4]; public short action; public byte today;
        public long amountMinor, expectedValueMinor, minutes, priority; public String askRole, person, why, context;
    }

    @Structure.FieldOrder({"paymentId", "itemId", "currency", "status", "itemCurrency", "amountMinor", "itemAmountMinor", "kind", "decisionId"})
    public static class Allocation extends Structure {
        public String paymentId, itemId; public byte[] currency = new byte[4]; public short status; public byte[] itemCurrency = new byte[4];
        public long amountMinor, itemAmountMinor; public String kind, decisionId;
    }

    @Structure.FieldOrder({"bucket", "currency", "amountMinor", "count"})
    public static class Aging extends Structure {
        public String bucket; public byte[] currency = new byte[4]; public long amountMinor, count;
    }

    @Structure.FieldOrder({"name", "value", "unit", "currency", "formula", "version", "note"})
    public static class Kpi extends Structure {
        public String name; public double value; public String unit, currency, formula, version, note;
    }

    @Structure.FieldOrder({"seq", "code", "message"})
    public static class Break extends Structure {
        public long seq; public String code, message;
    }

    /** A call that failed: its message has a line for each problem. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        Refused(String message) { super(message); }
    }

    interface Call { int on(PointerByReference error); }
    interface Maker { int on(PointerByReference out, PointerByReference error); }
    interface Lender { int on(PointerByReference rows, LongByReference len); }

    final C c;

    ArCore() {
        c = Native.load("ar_core", C.class, java.util.Map.of(Library.OPTION_STRING_ENCODING, "UTF-8"));
        if (c.ar_abi_version() != ABI) throw new Refused("libar_core has binary interface " + c.ar_abi_version() + ", wanted is " + ABI);
    }

    /** Calls a function that has a place for an error. */
    void check(Call call) {
        PointerByReference error = new PointerByReference();
        int status = call.on(error);
        if (status == 0) return;
        Pointer seen = error.getValue();
        StringBuilder text = new StringBuilder("refused: " + c.ar_status_name(status) + ", " + c.ar_error_problems_total(seen) + " problem(s)");
        for (long index = 0; index < c.ar_error_problems_len(seen); index++) {
            Problem problem = c.ar_error_problem(seen, index);
            text.append("\n  ").append(problem.table);
            if (problem.row >= 0) text.append(" row ").append(problem.row);
            if (problem.column != null) text.append(" column ").append(problem.column);
            text.append(": ").append(problem.message).append(" (").append(c.ar_problem_code_name(problem.code)).append(")");
        }
        c.ar_error_free(seen);
        throw new Refused(text.toString());
    }

    /** Calls a function that gives a handle; the handle is the caller's to free. */
    Pointer make(Maker maker) {
        PointerByReference out = new PointerByReference();
        check(error -> maker.on(out, error));
        return out.getValue();
    }

    /** Rows that are lent by a handle, copied. */
    <Row extends Structure> List<Row> rows(Class<Row> kind, Lender lender) {
        PointerByReference first = new PointerByReference();
        LongByReference len = new LongByReference();
        int status = lender.on(first, len);
        if (status != 0) throw new Refused("refused: " + c.ar_status_name(status));
        List<Row> rows = new ArrayList<>();
        for (long at = 0, size = 0; at < len.getValue(); at++) {
            Row row = Structure.newInstance(kind, first.getValue().share(at * size));
            row.read();
            size = row.size();
            rows.add(row);
        }
        return rows;
    }

    /** The text that the library gave away. */
    String take(Pointer text) {
        String copied = text.getString(0, "UTF-8");
        c.ar_string_free(text);
        return copied;
    }

    /** An array of texts for C, in one block: the pointers, then the texts. A null is a null value. */
    static Memory texts(List<String> values) {
        List<byte[]> bytes = new ArrayList<>();
        long size = (long) values.size() * PLACE + 1;
        for (String value : values) {
            bytes.add(value == null ? null : value.getBytes(StandardCharsets.UTF_8));
            size += value == null ? 0 : bytes.get(bytes.size() - 1).length + 1;
        }
        Memory block = new Memory(size);
        long at = (long) values.size() * PLACE;
        for (int i = 0; i < bytes.size(); i++) {
            byte[] value = bytes.get(i);
            block.setPointer((long) i * PLACE, value == null ? Pointer.NULL : block.share(at));
            if (value == null) continue;
            block.write(at, value, 0, value.length);
            block.setByte(at + value.length, (byte) 0);
            at += value.length + 1;
        }
        return block;
    }

    static String currency(byte[] code) { return new String(code, 0, 3, StandardCharsets.US_ASCII); }

    /** "seq  kind" of every entry of a log that a filter finds. */
    List<String> entries(Pointer log, String filter) {
        Memory stream = new Memory(5L * PLACE); // struct ArrowArrayStream: four functions, and what is theirs
        byte[] json = filter.getBytes(StandardCharsets.UTF_8);
        check(error -> c.ar_audit_log_search(log, json, json.length, stream, error));
        Memory schema = new Memory(72), batch = new Memory(80); // struct ArrowSchema, struct ArrowArray
        List<String> lines = new ArrayList<>();
        if (invoke(stream, 0, stream, schema) != 0) throw new Refused("the entries of the log cannot be read");
        long seq = column(schema, "seq", "l"), kind = column(schema, "kind", "u");
        invoke(schema, 56, schema);
        while (invoke(stream, PLACE, stream, batch) == 0 && batch.getPointer(64) != null) {
            Pointer children = batch.getPointer(48);
            Pointer seqs = children.getPointer(seq * PLACE), kinds = children.getPointer(kind * PLACE);
            Pointer numbers = seqs.getPointer(40).getPointer(PLACE), ends = kinds.getPointer(40).getPointer(PLACE), bytes = kinds.getPointer(40).getPointer(2L * PLACE);
            for (long row = 0; row < batch.getLong(0); row++) {
                long number = numbers.getLong((seqs.getLong(16) + row) * 8), at = (kinds.getLong(16) + row) * 4;
                byte[] word = bytes.getByteArray(ends.getInt(at), ends.getInt(at + 4) - ends.getInt(at));
                lines.add(String.format("%6d  %s", number, new String(word, StandardCharsets.UTF_8)));
            }
            invoke(batch, 64, batch);
        }
        invoke(stream, 3L * PLACE, stream);
        return lines;
    }

    /** Calls the function whose address stands in a struct. */
    private static int invoke(Pointer struct, long offset, Object... arguments) {
        return Function.getFunction(struct.getPointer(offset)).invokeInt(arguments);
    }

    /** The place of a column of a schema. */
    private static long column(Pointer schema, String name, String format) {
        for (long i = 0; i < schema.getLong(32); i++) {
            Pointer child = schema.getPointer(40).getPointer(i * PLACE);
            if (child.getPointer(8).getString(0).equals(name) && child.getPointer(0).getString(0).equals(format)) return i;
        }
        throw new Refused("the entries of the log cannot be read");
    }
}
