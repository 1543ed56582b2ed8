import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** An allowed and a denied exchange with Java's own client, as anybody would write them. */
public class HttpClientProgram {
    public static void main(String[] args) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        show(client, HttpRequest.newBuilder(URI.create("https://www.lab.test/public/hello.txt")));
        show(
                client,
                HttpRequest.newBuilder(URI.create("https://www.lab.test/lab/method"))
                        .POST(HttpRequest.BodyPublishers.ofString("x".repeat(100000))));
        show(client, HttpRequest.newBuilder(URI.create("https://www.lab.test/private/secret.txt?token=hush")));
    }

    private static void show(HttpClient client, HttpRequest.Builder request) throws Exception {
        HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        System.out.println(response.statusCode() + " "
                + response.headers().firstValue("x-openshell-policy").orElse("-") + " "
                + response.body().strip());
    }
}
