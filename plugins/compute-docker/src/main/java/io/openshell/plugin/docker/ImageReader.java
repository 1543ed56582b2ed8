package io.openshell.plugin.docker;

import io.openshell.api.compute.ImageFacts;
import io.openshell.plugin.docker.json.Json;
import io.openshell.plugin.docker.json.MalformedAnswerException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads what an engine says of an image. */
final class ImageReader {

    private ImageReader() {}

    static ImageFacts facts(Json image) throws MalformedAnswerException {
        Json config = image.at("Config");
        String id = ImageReference.normalized(image.at("Id").requiredText("Id"));
        if (!ImageReference.isId(id)) {
            throw new MalformedAnswerException("image id: " + id + " (expected: sha256:…)");
        }
        return new ImageFacts(
                id,
                config.at("User").text().orElse(""),
                config.at("WorkingDir").text().orElse(""),
                environment(config.at("Env")),
                image.at("Os").text().orElse("linux"),
                image.at("Architecture").text().orElse(""));
    }

    /** What is no variable is left out, as a shell would. */
    private static Map<String, String> environment(Json list) throws MalformedAnswerException {
        Map<String, String> environment = new LinkedHashMap<>();
        for (Json item : list.items()) {
            String variable = item.text().orElse("");
            int equals = variable.indexOf('=');
            if (equals > 0) {
                environment.put(variable.substring(0, equals), variable.substring(equals + 1));
            }
        }
        return environment;
    }
}
