// An allowed and a denied exchange with fetch, as anybody would write them.
const read = await fetch("https://www.lab.test/public/hello.txt");
const readText = await read.text();
const wrote = await fetch("https://www.lab.test/lab/method", {method: "POST", body: "x".repeat(100000)});
const wroteText = await wrote.text();
const denied = await fetch("https://www.lab.test/private/secret.txt?token=hush");
console.log(JSON.stringify({
    read: [read.status, readText],
    wrote: [wrote.status, wroteText],
    denied: [denied.status, await denied.json(), Object.fromEntries(denied.headers)],
}));
