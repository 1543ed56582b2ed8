/*
 * Self-attestation: before READY, a probe that went through the same confinement as every agent process tries what
 * is forbidden, and what must work. Any outcome but the declared one ends the start.
 */
#ifndef OPENSHELL_ATTEST_H
#define OPENSHELL_ATTEST_H

#include "attest_scene.h"
#include "bypass.h"
#include "report.h"

/*
 * Runs the probe in the scene, removes the scene and reports every attempt; does not return when one of them came
 * out otherwise than declared, or when the probe crashed, took too long or said too little.
 */
void attest(struct scene *scene, struct confinement *confinement, struct bypass *bypass, struct report *report);

#endif
