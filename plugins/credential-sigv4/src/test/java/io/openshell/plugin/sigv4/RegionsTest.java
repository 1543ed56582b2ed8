package io.openshell.plugin.sigv4;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegionsTest {

    @ParameterizedTest
    @CsvSource({
        "bucket.s3.eu-central-1.amazonaws.com, eu-central-1",
        "s3.dualstack.ap-southeast-2.amazonaws.com, ap-southeast-2",
        "s3-us-west-2.amazonaws.com, us-west-2",
        "bucket.s3-fips.us-gov-west-1.amazonaws.com, us-gov-west-1",
        "dynamodb.us-east-2.amazonaws.com, us-east-2",
        "abc123.execute-api.eu-west-1.amazonaws.com, eu-west-1",
        "search-x.eu-west-3.es.amazonaws.com, eu-west-3",
        "s3.cn-north-1.amazonaws.com.cn, cn-north-1",
        "lambda.us-west-1.api.aws, us-west-1",
        "abc123.lambda-url.us-east-1.on.aws, us-east-1",
        "sts.amazonaws.com, us-east-1",
        "bucket.s3.amazonaws.com, us-east-1"
    })
    void a_host_of_aws_tells_its_region(String host, String region) {
        assertThat(Regions.of(host)).contains(region);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "minio.example.com",
                "eu-west-1.example.com",
                "amazonaws.com",
                "evilamazonaws.com",
                "s3.amazonaws.com.cn"
            })
    void others_do_not(String host) {
        assertThat(Regions.of(host)).isEmpty();
    }
}
