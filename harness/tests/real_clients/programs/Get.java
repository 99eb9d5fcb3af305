// Gets a URL: Get URL.
import java.net.URL;
import javax.net.ssl.HttpsURLConnection;

public class Get {
    public static void main(String[] arguments) throws Exception {
        var connection = (HttpsURLConnection) new URL(arguments[0]).openConnection();
        System.out.println(connection.getResponseCode());
    }
}
