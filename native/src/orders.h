/* What the supervisor asks of init, frame by frame. */
#ifndef OPENSHELL_ORDERS_H
#define OPENSHELL_ORDERS_H

#include <stdbool.h>

#include "control.h"
#include "serve.h"

/* Does what a frame says. False when it does not keep to the protocol; the problem says how. */
bool orders_obey(struct service *service, struct frame *frame, struct problem *problem);

#endif
