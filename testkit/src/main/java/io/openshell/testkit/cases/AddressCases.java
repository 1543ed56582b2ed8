package io.openshell.testkit.cases;

import static io.openshell.testkit.cases.AddressCase.internal;
import static io.openshell.testkit.cases.AddressCase.listed;
import static io.openshell.testkit.cases.AddressCase.open;

import java.util.ArrayList;
import java.util.List;

/** Addresses that a policy's hosts may turn out to have. */
final class AddressCases {

    private AddressCases() {}

    static List<AddressCase> all() {
        List<AddressCase> cases = new ArrayList<>();
        cases.addAll(four());
        cases.addAll(six());
        cases.addAll(embedded());
        cases.addAll(several());
        cases.addAll(lists());
        return cases;
    }

    private static List<AddressCase> four() {
        return List.of(
                internal("18.4", "loopback", "127.0.0.1"),
                internal("18.4", "all of loopback", "127.255.255.254"),
                internal("18.4", "10.0.0.0/8", "10.1.2.3"),
                internal("18.4", "172.16.0.0/12, first", "172.16.0.1"),
                internal("18.4", "172.16.0.0/12, last", "172.31.255.255"),
                open("18.4", "below 172.16.0.0/12", "172.15.255.255"),
                open("18.4", "above 172.16.0.0/12", "172.32.0.1"),
                internal("18.4", "192.168.0.0/16", "192.168.1.1"),
                internal("18.4", "the metadata address", "169.254.169.254"),
                internal("18.4", "link-local", "169.254.1.1"),
                internal("18.4", "unspecified", "0.0.0.0"),
                internal("18.4", "0.0.0.0/8", "0.1.2.3"),
                internal("18.4", "100.64.0.0/10", "100.64.0.1"),
                internal("18.4", "192.0.0.0/24", "192.0.0.8"),
                internal("18.4", "192.0.2.0/24", "192.0.2.1"),
                internal("18.4", "198.18.0.0/15", "198.19.255.255"),
                internal("18.4", "198.51.100.0/24", "198.51.100.1"),
                internal("18.4", "203.0.113.0/24", "203.0.113.1"),
                internal("6.2", "multicast", "224.0.0.1"),
                internal("6.2", "240.0.0.0/4", "240.0.0.1"),
                internal("6.2", "broadcast", "255.255.255.255"),
                open("18.4", "a public address", "8.8.8.8"));
    }

    private static List<AddressCase> six() {
        return List.of(
                internal("18.4", "loopback in IPv6", "::1"),
                internal("18.4", "unspecified in IPv6", "::"),
                internal("18.4", "link-local in IPv6", "fe80::1"),
                internal("18.4", "the end of link-local in IPv6", "febf::1"),
                internal("18.4", "unique local", "fc00::1"),
                internal("N11", "the metadata address in IPv6", "fd00:ec2::254"),
                internal("6.2", "multicast in IPv6", "ff02::1"),
                open("18.4", "a public address in IPv6", "2606:4700::1111"));
    }

    private static List<AddressCase> embedded() {
        return List.of(
                internal("18.4", "mapped loopback", "::ffff:127.0.0.1"),
                internal("18.4", "mapped private", "::ffff:10.0.0.1"),
                internal("18.4", "mapped metadata", "::ffff:169.254.169.254"),
                internal("18.4", "mapped shared", "::ffff:100.64.0.1"),
                open("18.4", "mapped public", "::ffff:8.8.8.8"),
                internal("N11", "compatible loopback", "::127.0.0.1"),
                internal("N11", "NAT64 of metadata", "64:ff9b::a9fe:a9fe"),
                internal("N11", "6to4 of metadata", "2002:a9fe:a9fe::1"),
                internal("N11", "6to4 of private", "2002:0a00:0001::1"),
                internal("N11", "Teredo", "2001:0:4136:e378:8000:63bf:f5ff:fffe"),
                internal("N11", "ISATAP of private", "2001:db8::5efe:10.0.0.1"));
    }

    private static List<AddressCase> several() {
        return List.of(
                internal("18.4, N12", "public, then private", "8.8.8.8", "10.0.0.1"),
                internal("18.4, N12", "private, then public", "10.0.0.1", "8.8.8.8"),
                internal("N12", "public in IPv4 and private in IPv6", "8.8.8.8", "fd00::1"),
                open("18.4", "two public ones", "8.8.8.8", "8.8.4.4"));
    }

    private static List<AddressCase> lists() {
        return List.of(
                listed("18.4", "private and listed", "10.1.2.3").dialled(),
                listed("18.4", "private in IPv6 and listed", "fd00::1").dialled(),
                listed("18.4", "private and not listed", "192.168.1.1"),
                listed("18.4", "public and not listed", "8.8.8.8"),
                listed("18.4", "listed, then not", "10.1.2.3", "192.168.1.1"),
                listed("18.4", "loopback where private ones are listed", "127.0.0.1"),
                listed("18.4", "metadata where private ones are listed", "169.254.169.254"),
                listed("18.4", "mapped loopback where private ones are listed", "::ffff:127.0.0.1"),
                listed("18.4", "etcd's port", "10.1.2.3").on(2379),
                listed("18.4", "etcd's peer port", "10.1.2.3").on(2380),
                listed("18.4", "the cluster's port", "10.1.2.3").on(6443),
                listed("18.4", "the kubelet's port", "10.1.2.3").on(10250),
                listed("18.4", "the kubelet's read-only port", "10.1.2.3").on(10255));
    }
}
