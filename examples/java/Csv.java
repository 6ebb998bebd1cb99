import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A small reader of CSV files (RFC 4180). */
final class Csv {
    private Csv() {}

    /** The rows of a file, the header first. Empty lines are passed over. */
    static List<List<String>> read(Path path) throws IOException {
        String text = Files.readString(path);
        List<List<String>> rows = new ArrayList<>();
        List<String> row = new ArrayList<>();
        int line = 1;
        for (int at = text.startsWith("\ufeff") ? 1 : 0; at < text.length() || !row.isEmpty(); at++) {
            StringBuilder field = new StringBuilder();
            if (at < text.length() && text.charAt(at) == '"') {
                for (at++;; at++) {
                    if (at >= text.length()) throw new ArCore.Refused(path + ":" + line + ": a quote is not closed");
                    if (text.charAt(at) == '"' && (++at >= text.length() || text.charAt(at) != '"')) break;
                    field.append(text.charAt(at));
                }
            } else {
                while (at < text.length() && ",\r\n".indexOf(text.charAt(at)) < 0) field.append(text.charAt(at++));
            }
            row.add(field.toString());
            if (at < text.length() && text.charAt(at) == ',') continue;
            if (at < text.length() && text.charAt(at) == '\r') at++;
            boolean empty = row.size() == 1 && row.get(0).isEmpty();
            if (!empty && !rows.isEmpty() && row.size() != rows.get(0).size()) throw new ArCore.Refused(path + ":" + line + ": a row is not as long as the header");
            if (!empty) rows.add(row);
            row = new ArrayList<>();
            line++;
        }
        return rows;
    }
}
