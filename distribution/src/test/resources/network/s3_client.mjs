// The newest SDK of AWS for JavaScript: an upload whose length is known, one that streams (in chunks with a checksum behind
// them, unsigned), and a download. The library is beside this file; node knows the proxy of its environment.
import {Agent} from "node:https";
import {Readable} from "node:stream";
import {GetObjectCommand, PutObjectCommand, S3Client} from "@aws-sdk/client-s3";

const client = new S3Client({requestHandler: {httpsAgent: new Agent({proxyEnv: process.env})}, maxAttempts: 1});
const chunks = function* () {
    for (let i = 0; i < 40; i++) yield Buffer.from("chunk ".repeat(5000));
};
await client.send(new PutObjectCommand({Bucket: "demo", Key: "whole", Body: "hello from node"}));
const length = 40 * 30000;
await client.send(new PutObjectCommand({Bucket: "demo", Key: "stream", Body: Readable.from(chunks()), ContentLength: length}));
const got = await client.send(new GetObjectCommand({Bucket: "demo", Key: "whole"}));
console.log(await got.Body.transformToString());
for (const Bucket of ["strict"]) {
    try {
        await client.send(new PutObjectCommand({Bucket, Key: "stream", Body: Readable.from(chunks()), ContentLength: length}));
        console.log("passed");
    } catch (error) {
        console.log("refused", error.$metadata?.httpStatusCode ?? error.code);
    }
}
